# The app from the AWS Serverless Application Repository, and a state machine that waits for it.

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

variable "application_id" {
  description = "Put your publisher's account here."
  type        = string
  default     = "arn:aws:serverlessrepo:us-east-1:123456789012:applications/vended-logs-policy"
}

# Once per account and region; the stack is named serverlessrepo-vended-logs-policy.
resource "aws_serverlessapplicationrepository_cloudformation_stack" "vended_logs" {
  name             = "vended-logs-policy"
  application_id   = var.application_id
  semantic_version = "0.1.0" # without one, what is newest on the day
  capabilities     = ["CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"]

  # Only what differs from the app's own default: the provider shows anything else as a change at every plan.
  parameters = {
    ShareProvider = "true" # for stacks and other states: see ../from-shared-provider
  }
}

output "outcome" {
  value = aws_serverlessapplicationrepository_cloudformation_stack.vended_logs.outputs["Outcome"]
}
