import { App, Aspects } from 'aws-cdk-lib';
import { OrdersStack } from '../lib/orders-stack';
import { WaitForVendedLogsPolicy } from '../lib/wait-for-vended-logs-policy';

const app = new App();
new OrdersStack(app, 'Orders');

Aspects.of(app).add(new WaitForVendedLogsPolicy());
