"""Plans that the provider never makes, and people at a terminal do: as pure as the policy core, and proved."""
