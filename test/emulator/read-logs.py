"""Prints every line that the functions and the API have logged, from an instant on if one is given in epoch ms."""

import sys

import botocore.session

since = {"startTime": int(sys.argv[1])} if len(sys.argv) > 1 else {}
logs = botocore.session.get_session().create_client("logs")
for page in logs.get_paginator("describe_log_groups").paginate():
    for group in page["logGroups"]:
        events = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"], **since)
        for event in (event for page in events for event in page["events"]):
            print(group["logGroupName"], event["message"].rstrip())
