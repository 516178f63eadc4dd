"""Starts MiniStack with the mends that are named on the command line (deviations.ts says what each is for).

It ends, with the functions that it runs, when the process that started it is gone, however that went.
"""

import copy
import json
import os
import re
import signal
import sys
import threading
import time
from email.utils import parseaddr

import ministack.app
from ministack.core import iam_actions, lambda_runtime
from ministack.services import cognito, eventbridge, lambda_svc, scheduler, secretsmanager
from ministack.services.cloudformation import provisioners


def one_port():
    ministack.app._port_is_bindable = lambda host, port: False


def calculated_alarm():
    record_of = provisioners._cw_metric_alarm_record

    def record(name, props):
        if "Metrics" not in props:
            return record_of(name, props)
        plain = {key: value for key, value in props.items() if key != "Metrics"}
        return record_of(name, {**plain, "Namespace": "AWS/Lambda", "MetricName": "Errors"})

    provisioners._cw_metric_alarm_record = record


def api_address():
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create = handlers["create"]

    def with_address(*args):
        api_id, attributes = create(*args)
        endpoint = f"https://{api_id}.execute-api.{os.environ['MINISTACK_REGION']}.amazonaws.com"
        provisioners._apigw_v2._apis[api_id]["apiEndpoint"] = endpoint
        return api_id, {**attributes, "ApiEndpoint": endpoint}

    handlers["create"] = with_address


def schedule_group():
    arn_of = iam_actions.extract_resource_arn

    def with_group(service, method, path, headers, body, query_params, *rest):
        arn = arn_of(service, method, path, headers, body, query_params, *rest)
        if service != "scheduler":
            return arn
        group = iam_actions._query_param(query_params, "groupName") or iam_actions._safe_json_field(body, "GroupName")
        return arn.replace(":schedule/default/", f":schedule/{group or 'default'}/")

    iam_actions.extract_resource_arn = with_group


def mail_identity():
    arn_of = iam_actions.extract_resource_arn

    def with_sender(service, method, path, headers, body, query_params, region, account_id, *rest):
        if service == "ses" and path.endswith("/outbound-emails"):
            sender = parseaddr(iam_actions._safe_json_field(body, "FromEmailAddress"))[1]
            return f"arn:aws:ses:{region}:{account_id}:identity/{sender}"
        return arn_of(service, method, path, headers, body, query_params, region, account_id, *rest)

    iam_actions.extract_resource_arn = with_sender


def secret_version_id():
    create = secretsmanager._create_secret

    def with_token(data):
        status, headers, body = create(data)
        token = data.get("ClientRequestToken")
        if status != 200 or not token:
            return status, headers, body
        secret = secretsmanager._secrets[data["Name"]]
        secret["Versions"] = {token: version for version in secret["Versions"].values()}
        return status, headers, json.dumps({**json.loads(body), "VersionId": token}).encode()

    secretsmanager._create_secret = with_token


def password_symbols():
    errors_of = cognito._password_policy_errors

    def errors(pool, password):
        return errors_of(pool, re.sub(r"(?<=\S) (?=\S)", "_", password))

    cognito._password_policy_errors = errors


def confirmed_address():
    confirm = cognito._confirm_sign_up

    def confirm_and_verify(data):
        answer = confirm(data)
        if answer[0] == 200:
            pool = next(pool for pool in cognito._user_pools.values() if data["ClientId"] in pool["_clients"])
            user, _ = cognito._resolve_user(pool, data["Username"])
            verified = [{"Name": f"{name}_verified", "Value": "true"} for name in pool.get("AutoVerifiedAttributes", [])]
            user["Attributes"] = cognito._merge_attributes(user["Attributes"], verified)
        return answer

    cognito._confirm_sign_up = confirm_and_verify


def scheduled_time():
    invoke = eventbridge._invoke_target

    def with_time(target, event, rule, *rest):
        if event.get("Source") == "aws.scheduler" and "<aws.scheduler.scheduled-time>" in target.get("Input", ""):
            # Cron expressions mean whole minutes, the others whole seconds.
            step = 60 if rule["ScheduleExpression"].startswith("cron(") else 1
            planned = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(event["Time"] // step * step))
            target = {**target, "Input": target["Input"].replace("<aws.scheduler.scheduled-time>", planned)}
        return invoke(target, event, rule, *rest)

    eventbridge._invoke_target = with_time


def scheduler_clock():
    tick = scheduler._tick_schedules

    def tick_from_start():
        for key, schedule in list(scheduler._schedules._data.items()):
            if schedule["ScheduleExpression"].startswith("cron("):
                created = scheduler._to_epoch(schedule.get("CreationDate")) or time.time()
                start = scheduler._to_epoch(schedule.get("StartDate")) or 0
                scheduler._schedule_last_fired.setdefault(key, max(created, start - 1))
        tick()

    scheduler._SCHEDULE_TICK_INTERVAL = 0.5
    scheduler._tick_schedules = tick_from_start


def current_settings():
    acquire, spawn = lambda_svc.acquire_worker, lambda_runtime.Worker._spawn

    def spawn_and_remember(worker, *args):
        worker.started_with = copy.deepcopy(worker.config.get("Environment"))
        return spawn(worker, *args)

    def acquire_current(name, config, *args, **kwargs):
        while True:
            worker, reason = acquire(name, config, *args, **kwargs)
            if reason != "reused" or getattr(worker, "started_with", None) == config.get("Environment"):
                return worker, reason
            with lambda_runtime._lock:
                for workers in lambda_runtime._workers.values():
                    if worker in workers:
                        workers.remove(worker)
            worker.kill()

    lambda_runtime.Worker._spawn = spawn_and_remember
    lambda_svc.acquire_worker = acquire_current


def few_at_once():
    run = lambda_svc._execute_function_with_config_scope
    turns = threading.Semaphore(6)

    def run_in_turn(func, event):
        with turns:
            return run(func, event)

    lambda_svc._execute_function_with_config_scope = run_in_turn


def end_with_parent():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    for mend in sys.argv[1:]:
        globals()[mend]()
    sys.argv = ["ministack"]
    ministack.app.main()
