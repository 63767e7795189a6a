"""Our own model of the AWS Serverless Application Repository, as far as publishing and deploying an app need it.

Its API is the one that botocore describes (`protocol`), served over HTTP on this machine (`server`). What it takes is
what the developer guide and the API reference say: `metadata`, `template`. It reads an S3 as the real one does, with
what the bucket's policy allows the service (`artifacts`), and keeps applications, versions and who may have them
(`repository`). Who deploys finds copies of it all in a region, and gets change sets there (`delivery`).
"""
