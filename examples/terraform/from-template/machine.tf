# A state machine with logging: its role, its log group, and what it has to wait for.

data "aws_iam_policy_document" "states" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "orders" {
  name_prefix        = "orders-"
  assume_role_policy = data.aws_iam_policy_document.states.json
}

resource "aws_iam_role_policy_attachment" "log_delivery" {
  role       = aws_iam_role.orders.name
  policy_arn = aws_cloudformation_stack.vended_logs.outputs["LogDeliveryPolicyArn"]
}

resource "aws_cloudwatch_log_group" "orders" {
  name              = "/aws/vendedlogs/states/orders"
  retention_in_days = 30
}

resource "aws_sfn_state_machine" "orders" {
  name     = "orders"
  role_arn = aws_iam_role.orders.arn

  definition = jsonencode({
    StartAt = "Done"
    States  = { Done = { Type = "Succeed" } }
  })

  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.orders.arn}:*"
    include_execution_data = true
    level                  = "ALL"
  }

  # Nothing above refers to these two, and without both the machine cannot be made.
  depends_on = [
    aws_iam_role_policy_attachment.log_delivery,
    aws_cloudformation_stack.vended_logs,
  ]
}
