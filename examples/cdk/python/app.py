"""The app: `cdk synth` and `cdk deploy` run this."""

from aws_cdk import App, Aspects
from orders_stack import OrdersStack
from wait_for_vended_logs_policy import WaitForVendedLogsPolicy

app = App()
OrdersStack(app, "Orders")

Aspects.of(app).add(WaitForVendedLogsPolicy())

app.synth()
