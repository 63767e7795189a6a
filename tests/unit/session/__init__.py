"""The lean session makes the client that boto3's own would make, of a fraction of the data."""
