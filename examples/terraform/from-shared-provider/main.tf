# Where a provider is shared already (ShareProvider=true): a stack that only asks it, and a state machine that waits.

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

variable "refresh" {
  description = "Any text. A new one has the grant ensured anew by this apply; else an unchanged stack is not asked."
  type        = string
  default     = ""
}

resource "aws_cloudformation_stack" "vended_logs" {
  name          = "orders-vended-logs"
  template_body = file("${path.module}/grant.yaml")

  parameters = {
    Refresh = var.refresh
  }
}

data "aws_ssm_parameter" "log_delivery_policy_arn" {
  name = "/vended-logs-policy/log-delivery-policy-arn"
}

output "outcome" {
  value = aws_cloudformation_stack.vended_logs.outputs["Outcome"]
}
