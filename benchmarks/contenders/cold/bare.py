"""The least that calls CloudWatch Logs with boto3: a client."""

import boto3

boto3.client("logs")
