# The app as a packaged template in a bucket of yours, and a state machine that waits for it.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "us-west-2"
}

variable "template_url" {
  description = "HTTPS address of the packaged template. A new version needs a new address: Terraform does not look inside."
  type        = string
}

# Once per account and region.
resource "aws_cloudformation_stack" "vended_logs" {
  name         = "vended-logs-policy"
  template_url = var.template_url
  capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"] # the latter for `Transform`

  parameters = {
    ShareProvider = "true" # for stacks and other states: see ../from-shared-provider
  }
}

output "outcome" {
  value = aws_cloudformation_stack.vended_logs.outputs["Outcome"]
}
