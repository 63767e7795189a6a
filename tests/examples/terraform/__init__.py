"""examples/terraform: four ways to the grant, read with HashiCorp's parser, and applied where Terraform is at hand."""
