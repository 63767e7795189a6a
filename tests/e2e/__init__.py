"""End-to-end scenarios on a CloudFormation engine that runs on this machine."""
