# Terraform alone: an account policy of its own name, and a state machine that waits for it.

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

variable "policy_name" {
  description = "A name that nobody else writes: two states with the same one overwrite each other, and say nothing."
  type        = string
  default     = "vended-logs"

  validation {
    condition     = !startswith(var.policy_name, "AWSLogDeliveryWrite")
    error_message = "AWS appends to that policy itself: Terraform would overwrite it at create and delete it at destroy."
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  logs = "arn:${data.aws_partition.current.partition}:logs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
}

data "aws_iam_policy_document" "vended_logs" {
  statement {
    sid       = "VendedLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.logs}:log-group:/aws/vendedlogs/*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["${local.logs}:*"]
    }
  }
}

# One of the ten that a region has.
resource "aws_cloudwatch_log_resource_policy" "vended_logs" {
  policy_name     = var.policy_name
  policy_document = data.aws_iam_policy_document.vended_logs.json

  lifecycle {
    prevent_destroy = true # machines of other states log by it too
  }
}

data "aws_iam_policy_document" "log_delivery" {
  statement {
    actions = [
      "logs:CreateLogDelivery",
      "logs:CreateLogStream",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutLogEvents",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ]
    resources = ["*"] # they have no resource-level form
  }
}

resource "aws_iam_policy" "log_delivery" {
  name_prefix = "log-delivery-"
  policy      = data.aws_iam_policy_document.log_delivery.json
}
