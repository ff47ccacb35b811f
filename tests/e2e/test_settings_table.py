"""Every key of the schemas has a test that proves it to be in force, by what the program does.

The table names a test function as `file::function`, or a case of tests/conformance by its path. A
key without effect is one whose schema says so; if it is NOTED, lint and the start report it too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway import aggregator
from settings import endpoint, service

TESTS = Path(__file__).parent.parent
SCHEMAS = TESTS.parent / "schemas"
NO_SETTINGS = {"findings", "types", "endpoints"}
COMBINED = ("anyOf", "allOf", "oneOf")

LIMITS, WAITS, SHADOWS = "test_settings_limits::", "test_settings_waits::", "test_settings_shadow::"
RUN, ROUTING = "test_run::", "test_routing::"
FORWARDING, MERGE, DIALER = "test_forwarding::", "test_merge::", "test_dialer::"
DISCOVERY, REDIRECTS, CONTROL = "test_discovery::", "test_redirects::", "test_shadow_control::"
LISTENER, BACKENDS, FILES = "test_tls_listener::", "test_tls_backends::", "test_tls_files::"
HOSTS, EJECTION, TLS = "test_settings_hosts::", "test_ejection::", "test_settings_tls::"
CHECKS = "test_health_checks::"
RESOURCES = "test_resources::"
ADMIN, LOG, BUILTIN = "test_admin::", "test_access_log::", "test_builtin::"

NOTED = "test_settings_table::test_what_has_no_effect_is_reported_and_starts"
REFUSED = "test_settings_table::test_what_is_missed_is_refused_unless_it_is_allowed"
SILENT = "test_settings_table::test_what_has_no_effect_and_cannot_mislead_is_not_reported"
CONDITIONS = SHADOWS + "test_when_chooses_by_a_condition"
DEFAULTS = SHADOWS + "test_defaults_are_for_shadows_that_do_not_say_otherwise"
PAIR = LISTENER + "test_a_bad_pair_ends_the_start_and_is_named"
SUITES = BACKENDS + "test_suites_and_curves_are_chosen_as_configured"
VERSIONS = BACKENDS + "test_the_version_is_chosen_within_the_limits"
MTLS = FILES + "test_mutual_tls_with_ca_certs_trusts_nobody_else"

PROOF: dict[str, dict[str, str]] = {
    "admin": {
        "listen": LIMITS + "test_listen_is_where_the_management_interface_is",
        "token": ADMIN + "test_without_the_token_nothing_is_changed",
        "token_file": LIMITS + "test_token_file_holds_the_token",
        "metrics_public": LIMITS + "test_metrics_public_opens_the_metrics_and_nothing_else",
        "state": ADMIN + "test_changes_outlive_a_kill",
    },
    "backend": {
        "allow": "conformance/manipulation/03-01-allow",
        "concurrent_calls": HOSTS + "test_concurrent_calls_of_a_backend_has_no_effect",
        "deny": "conformance/manipulation/04-01-deny",
        "disable_host_sanitize":
            HOSTS + "test_a_host_that_is_taken_as_it_is_written_needs_a_scheme",
        "encoding": MERGE + "test_a_text_answer_can_be_the_whole_reply",
        "group": "conformance/manipulation/06-01-group",
        "host": "test_failures::test_the_hosts_of_a_backend_are_asked_in_turn",
        "input_headers": FORWARDING + "test_a_backend_narrows_what_the_endpoint_lets_in",
        "input_query_strings": FORWARDING + "test_a_backend_narrows_the_query_too",
        "is_collection": MERGE + "test_a_collection_is_wrapped",
        "mapping": "conformance/manipulation/05-01-mapping",
        "method": FORWARDING + "test_a_backend_may_use_another_method",
        "sd": DISCOVERY + "test_a_request_goes_to_the_target_and_names_it",
        "sd_scheme": DISCOVERY + "test_targets_may_speak_https",
        "target": "conformance/manipulation/02-01-target",
        "timeout": HOSTS + "test_the_timeout_of_a_backend_has_no_effect",
        "url_pattern": FORWARDING + "test_the_patterns_own_query_comes_first",
    },
    "backend-health": {
        "active": CHECKS + "test_a_host_that_fails_its_checks_gets_no_requests_until_they_are_good",
        "active.headers": CHECKS + "test_what_a_check_asks_is_written",
        "active.healthy": CHECKS + "test_how_many_checks_decide_is_written",
        "active.host": CHECKS + "test_what_a_check_asks_is_written",
        "active.interval": CHECKS + "test_checks_are_made_as_often_as_is_written",
        "active.method": CHECKS + "test_what_a_check_asks_is_written",
        "active.path": CHECKS + "test_what_a_check_asks_is_written",
        "active.port": CHECKS + "test_checks_may_go_to_another_port",
        "active.statuses": CHECKS + "test_a_good_status_is_what_is_listed",
        "active.timeout": CHECKS + "test_a_check_has_its_own_time",
        "active.unhealthy": CHECKS + "test_how_many_checks_decide_is_written",
        "passive": EJECTION + "test_it_can_be_switched_off",
        "passive.eject": HOSTS + "test_eject_and_eject_max_are_how_long_a_host_is_left_out",
        "passive.eject_max": HOSTS + "test_eject_and_eject_max_are_how_long_a_host_is_left_out",
        "passive.failures": HOSTS + "test_failures_is_how_many_cost_a_host_its_turn",
        "passive.max_ejected": HOSTS + "test_max_ejected_is_how_many_may_be_left_out",
        "passive.slow": CHECKS + "test_a_host_that_is_much_slower_is_left_out",
        "passive.slow.calls": CHECKS + "test_a_host_that_is_much_slower_is_left_out",
        "passive.slow.factor": CHECKS + "test_a_host_that_is_much_slower_is_left_out",
        "passive.statuses": EJECTION + "test_statuses_count_only_if_they_are_listed",
    },
    "backend-http": {
        "return_error_code": "conformance/merge/07-03-return-error-code",
        "return_error_details": "conformance/merge/07-04-return-error-details",
    },
    "backend-http-client": {
        "client_tls": REFUSED,
        "no_redirect": REDIRECTS + "test_without_redirects_the_answer_is_what_the_backend_said",
        "proxy_address": REFUSED,
        "send_body_on_redirect": REDIRECTS + "test_a_body_is_sent_again_if_that_is_asked_for",
    },
    "endpoint": {
        "backend": MERGE + "test_two_answers_become_one",
        "cache_ttl": MERGE + "test_a_complete_reply_may_be_cached",
        "concurrent_calls": "conformance/merge/03-01-concurrent-calls",
        "endpoint": ROUTING + "test_a_literal_wins_over_a_parameter",
        "input_headers": FORWARDING + "test_all_values_of_a_header_pass_in_order",
        "input_query_strings": FORWARDING + "test_listed_query_strings_pass_sorted",
        "method": ROUTING + "test_a_path_of_another_method_is_405_and_says_which",
        "output_encoding": "conformance/merge/10-01-output-encodings",
        "timeout": MERGE + "test_when_nothing_has_come_by_the_deadline_it_is_a_500",
    },
    "proxy": {
        "operation:args": "conformance/manipulation/08.4-01-del",
        "operation:type": "conformance/manipulation/08.4-01-del",
        "endpoint:combiner": SILENT, "endpoint:force_sandboxed_request": SILENT,
        "endpoint:flatmap_filter": "conformance/manipulation/08.1-01-endpoint-filter",
        "endpoint:sequential": "conformance/merge/05.1-01-flow",
        "endpoint:sequential_propagated_params":
            "conformance/merge/05.3-01-propagated-parameters",
        "endpoint:static": "conformance/merge/06-01-static",
        "endpoint:static.data": "conformance/merge/06-01-static",
        "endpoint:static.strategy": "conformance/merge/06-01-static",
        "endpoint:strategy": "conformance/merge/04-05-strategy",
        "backend:flatmap_filter": "conformance/manipulation/08.3-01-tree",
        "backend:shadow": "test_shadow::"
                          "test_a_shadow_gets_its_copy_and_its_answer_is_never_merged",
        "backend:shadow_timeout": "test_shadow::test_a_shadow_is_given_up_at_its_own_deadline",
    },
    "proxy-shadow": {
        **{f"condition:{key}": CONDITIONS for key in
           ("header", "query", "param", "cookie", "equals", "prefix", "matches", "present")},
        "sample:burst": SHADOWS + "test_burst_is_how_many_may_come_at_once",
        "sample:by": SHADOWS + "test_by_and_salt_decide_who_is_copied",
        "sample:max_rate": SHADOWS + "test_burst_is_how_many_may_come_at_once",
        "sample:methods": SHADOWS + "test_methods_are_those_that_are_copied",
        "sample:percentage": SHADOWS + "test_percentage_at_its_ends",
        "sample:salt": SHADOWS + "test_by_and_salt_decide_who_is_copied",
        "sample:when": SHADOWS + "test_when_wants_all_conditions",
        "header:name": SHADOWS + "test_a_list_of_headers_has_names_and_values",
        "header:value": SHADOWS + "test_a_list_of_headers_has_names_and_values",
        "request:body": SHADOWS + "test_body_of_a_copy",
        "request:credentials":
            CONTROL + "test_credentials_stay_at_the_live_hosts_unless_they_are_passed",
        **{f"request:headers{key}": SHADOWS +
           "test_headers_of_a_copy_are_set_added_and_removed"
           for key in ("", ".add", ".remove", ".set")},
        "request:host": SHADOWS + "test_host_of_a_copy",
        "request:host_suffix": SHADOWS + "test_host_of_a_copy",
        "request:marker": SHADOWS + "test_marker_and_instance_name_where_a_copy_comes_from",
        **{f"limits:breaker{key}": SHADOWS + "test_breaker_ends_copies_after_so_many_errors"
           for key in ("", ".errors")},
        "limits:breaker.cooldown": SHADOWS + "test_window_and_cooldown_of_the_breaker",
        "limits:breaker.window": SHADOWS + "test_window_and_cooldown_of_the_breaker",
        "limits:concurrency": SHADOWS + "test_concurrency_and_queue",
        "limits:queue": SHADOWS + "test_concurrency_and_queue",
        "limits:queue_bytes": SHADOWS + "test_queue_bytes_is_what_waiting_bodies_may_have",
        "limits:max_body": SHADOWS + "test_max_body_of_a_copy",
        "limits:max_response":
            SHADOWS + "test_an_answer_above_max_response_costs_its_connection",
        "backend:enabled": SHADOWS + "test_enabled_is_whether_there_are_copies_at_all",
        "backend:expires": SHADOWS + "test_expires_ends_copies",
        "backend:limits": SHADOWS + "test_max_body_of_a_copy",
        "backend:log": SHADOWS + "test_log_says_which_copies_have_a_line",
        "backend:name": SHADOWS + "test_marker_and_instance_name_where_a_copy_comes_from",
        "backend:request": SHADOWS + "test_body_of_a_copy",
        "backend:sample": SHADOWS + "test_percentage_at_its_ends",
        "backend:wait": CONTROL + "test_an_answer_can_wait_for_its_copy",
        "service:allowed_hosts": SHADOWS + "test_allowed_hosts_are_given_credentials",
        "service:budget": SHADOWS + "test_budget_max_in_flight_is_for_all_copies",
        "service:budget.max_bytes":
            SHADOWS + "test_budget_max_bytes_is_what_all_waiting_bodies_may_have",
        "service:budget.max_in_flight": SHADOWS + "test_budget_max_in_flight_is_for_all_copies",
        "service:credential_headers":
            SHADOWS + "test_credential_headers_are_kept_back_like_the_usual_ones",
        "service:defaults": DEFAULTS,
        "service:instance": SHADOWS + "test_marker_and_instance_name_where_a_copy_comes_from",
        "defaults:enabled": DEFAULTS,
        "defaults:request": DEFAULTS,
        **{f"defaults:{key}": SHADOWS +
           "test_defaults_decide_whether_there_is_a_copy_unless_the_shadow_says_otherwise"
           for key in ("expires", "limits", "sample")},
        "defaults:log": SHADOWS +
        "test_defaults_decide_what_is_logged_unless_the_shadow_says_otherwise",
        "defaults:wait": SHADOWS +
        "test_defaults_decide_whether_an_answer_waits_unless_the_shadow_says_otherwise",
    },
    "router": {
        "app_engine": ROUTING + "test_the_client_is_who_a_trusted_proxy_says",
        "auto_options": ROUTING + "test_options_is_answered_where_asked_for",
        "decompress_gzip": NOTED, "disable_gzip": SILENT, "max_payload": REFUSED,
        "max_multipart_memory": SILENT,
        "endpoint:name": ADMIN + "test_a_mirror_is_made_and_taken_away_while_requests_run",
        "disable_access_log": LOG + "test_the_access_log_can_be_switched_off",
        "disable_handle_method_not_allowed": ROUTING + "test_405_can_be_switched_off",
        "disable_health": ROUTING + "test_health_can_be_moved_and_switched_off",
        "disable_path_decoding": ROUTING + "test_the_parameter_check_can_be_switched_off",
        "disable_redirect_fixed_path": ROUTING + "test_redirects_can_be_switched_off",
        "disable_redirect_trailing_slash": ROUTING + "test_redirects_can_be_switched_off",
        "dns_servers":
            DISCOVERY + "test_a_name_may_be_written_with_a_scheme_and_without_sanitising",
        **{f"error_body{key}": ROUTING + "test_the_bodies_of_404_and_405_can_be_configured"
           for key in ("", ".404", ".405")},
        "forwarded_by_client_ip": ROUTING + "test_the_client_is_who_a_trusted_proxy_says",
        "error_format": "test_errors::test_every_reply_of_the_gateway_is_an_object",
        "error_status": "test_errors::test_precise_statuses_tell_what_backends_did",
        "error_type_base":
            "test_errors::test_every_reply_of_the_gateway_is_a_problem_document",
        "header_prefix": ROUTING + "test_the_headers_can_be_called_otherwise",
        "health_path": ROUTING + "test_health_can_be_moved_and_switched_off",
        "hide_version_header": ROUTING + "test_the_version_can_be_hidden",
        "logger_skip_paths": LOG + "test_skipped_paths_are_not_logged",
        "max_answer_bytes": LIMITS + "test_max_answer_bytes",
        "max_answer_work": LIMITS + "test_max_answer_work",
        "max_body_bytes": LIMITS + "test_max_body_bytes",
        "max_connections":
            RESOURCES + "test_a_client_above_the_limit_gets_503_if_all_others_are_busy",
        "max_held_bytes":
            RESOURCES + "test_unread_replies_give_way_to_others_and_those_that_fit_stay",
        "stall_timeout": "test_waits::test_a_client_that_stops_in_its_body_gets_408",
        "max_header_count": LIMITS + "test_max_header_count_of_a_request",
        "max_query_parameters": LIMITS + "test_max_query_parameters",
        "remote_ip_headers": ROUTING + "test_the_client_is_who_a_trusted_proxy_says",
        "remove_extra_slash": ROUTING + "test_extra_slashes_can_be_overlooked",
        **{f"request_id{key}": "test_request_id::" + test for key, test in {
            "": "test_reply_and_backend_share_a_new_id",
            ".header": "test_the_header_can_be_another",
            ".accept": "test_who_is_believed_about_the_id",
            ".propagate": "test_the_id_can_be_kept_from_backends",
            ".return": "test_the_id_can_be_kept_from_clients",
            ".format": "test_a_new_id_is_a_uuid_of_its_format"}.items()},
        "return_error_msg": MERGE + "test_the_error_is_told_in_the_body_where_asked_for",
        "trusted_proxies": FORWARDING + "test_only_a_trusted_proxy_is_believed_about_the_client",
        "use_h2c": NOTED,
        "user_agent": FORWARDING + "test_the_user_agent_can_be_configured",
    },
    "service": {
        "@lint": FILES + "test_the_severity_is_the_users_choice",
        "@allow_unsupported":
            "test_fail_closed::test_what_is_allowed_by_the_file_is_left_out_with_a_warning",
        "allow_insecure_connections":
            BACKENDS + "test_every_certificate_is_taken_where_that_is_allowed",
        "cache_ttl": LIMITS + "test_cache_ttl_of_the_service_is_for_endpoints_without_their_own",
        "client_tls": BACKENDS + "test_a_client_certificate_is_shown_to_a_backend_that_asks",
        "debug_endpoint": BUILTIN + "test_each_is_there_only_if_switched_on",
        "echo_endpoint": BUILTIN + "test_each_is_there_only_if_switched_on",
        "dialer_fallback_delay":
            DIALER + "test_addresses_are_tried_in_turn_without_a_fallback",
        "dialer_keep_alive":
            WAITS + "test_dialer_keep_alive_sets_the_probes_of_a_backends_connection",
        "dialer_timeout": DIALER +
        "test_one_family_refusing_and_one_silent_ends_with_the_dialers_time",
        "disable_compression": WAITS + "test_disable_compression_asks_backends_for_plain_bodies",
        "disable_keep_alives":
            "test_failures::test_connections_are_not_reused_where_that_is_switched_off",
        "disable_rest": "conformance/core/07-02-disable-rest",
        "dns_cache_ttl":
            DISCOVERY + "test_a_changed_list_is_taken_over_and_old_connections_are_closed",
        "endpoints": ROUTING + "test_ten_thousand_endpoints_route_to_the_right_one",
        "expect_continue_timeout":
            DIALER + "test_a_body_waits_for_the_backends_consent",
        "host": HOSTS + "test_hosts_of_the_service_are_for_backends_without_their_own",
        "idle_connection_timeout":
            WAITS + "test_idle_connection_timeout_closes_kept_connections",
        "idle_timeout": WAITS + "test_idle_timeout_counts_from_the_end_of_the_last_request",
        "listen_ip": RUN + "test_address_and_port_come_from_the_configuration",
        "max_header_bytes": LIMITS + "test_max_header_bytes_of_a_request",
        "max_idle_connections": WAITS + "test_max_idle_connections",
        "max_idle_connections_per_host": WAITS + "test_max_idle_connections_per_host",
        "max_shutdown_wait_time": RUN + "test_the_wait_for_what_is_in_flight_has_a_limit",
        "output_encoding": LIMITS +
        "test_output_encoding_of_the_service_is_for_endpoints_without_their_own",
        "port": RUN + "test_address_and_port_come_from_the_configuration",
        "read_header_timeout":
            WAITS + "test_read_header_timeout_answers_408_to_a_head_that_does_not_end",
        "read_timeout": WAITS + "test_read_timeout_answers_408_to_a_body_that_takes_too_long",
        "response_header_timeout":
            WAITS + "test_response_header_timeout_ends_the_wait_for_a_head",
        "timeout": WAITS + "test_timeout_of_the_service_is_for_endpoints_without_their_own",
        "tls": LISTENER + "test_curl_speaks_each_version",
        "use_h2c": NOTED,
        "async_agent": REFUSED, "plugin": NOTED, "sequential_start": NOTED, "name": SILENT,
        "version": "conformance/core/01.1-02-root",
        "write_timeout": WAITS + "test_write_timeout_ends_a_reply_that_takes_too_long",
    },
    "tls": {
        "key_pair:private_key": PAIR, "key_pair:public_key": PAIR,
        "client_pair:private_key": PAIR, "client_pair:certificate": PAIR,
        "listener:ca_certs": MTLS, "listener:enable_mtls": MTLS,
        "listener:cipher_suites": LISTENER + "test_suites_are_chosen_as_configured",
        "listener:disabled": LISTENER + "test_a_section_that_is_disabled_is_plain_http",
        "listener:curve_preferences":
            TLS + "test_curves_of_the_listener_are_those_that_are_configured",
        "listener:disable_system_ca_pool":
            FILES + "test_disable_system_ca_pool_leaves_the_systems_authorities_out",
        "listener:prefer_server_cipher_suites":
            TLS + "test_prefer_server_cipher_suites_has_no_effect",
        "listener:private_key": TLS + "test_the_single_pair_of_older_files_is_served",
        "listener:public_key": TLS + "test_the_single_pair_of_older_files_is_served",
        "listener:keys": LISTENER + "test_the_certificate_is_chosen_by_the_name_asked_for",
        "listener:max_version": LISTENER + "test_the_version_can_be_limited",
        "listener:min_version": LISTENER + "test_the_version_can_be_limited",
        "client:allow_insecure_connections":
            BACKENDS + "test_every_certificate_is_taken_where_that_is_allowed",
        "client:ca_certs": BACKENDS + "test_answers_over_https_are_merged",
        "client:cipher_suites": SUITES, "client:curve_preferences": SUITES,
        "client:client_certs":
            BACKENDS + "test_a_client_certificate_is_shown_to_a_backend_that_asks",
        "client:disable_system_ca_pool": TLS +
        "test_backends_are_held_to_ca_certs_alone_without_the_systems_authorities",
        "client:max_version": VERSIONS, "client:min_version": VERSIONS,
    },
}


def keys_of(node: object) -> set[str]:
    """The keys that a schema describes, those of inner objects behind a dot."""
    found: set[str] = set()
    if isinstance(node, dict):
        for key, value in (node.get("properties") or {}).items():
            found |= {key} | {f"{key}.{inner}" for inner in keys_of(value)}
        for part in [one for name in COMBINED for one in node.get(name, [])]:
            found |= keys_of(part)
        found |= keys_of(node.get("items"))
    return found


def keys_of_all() -> list[tuple[str, str]]:
    found = []
    for path in sorted(SCHEMAS.glob("*.json")):
        if path.stem not in NO_SETTINGS:
            schema = json.loads(path.read_text())
            found += [(path.stem, key) for key in keys_of(schema)]
            for name, part in (schema.get("definitions") or {}).items():
                found += [(path.stem, f"{name}:{key}") for key in keys_of(part)]
    # `extra_config` has components, whose keys are in schemas of their own.
    return sorted(one for one in found if not one[1].startswith("extra_config"))


def is_there(proof: str) -> bool:
    if proof.startswith("conformance/"):
        return (TESTS / f"{proof}.json").is_file()
    file, _, function = proof.partition("::")
    text = (TESTS / "e2e" / f"{file}.py").read_text()
    return re.search(rf"^def {function}\(", text, re.MULTILINE) is not None


@pytest.mark.parametrize(("schema", "key"), keys_of_all())
def test_each_key_has_a_proof(schema, key) -> None:
    assert key in PROOF.get(schema, {}), f"name the test that proves `{key}` of {schema}.json"


@pytest.mark.parametrize(("schema", "key", "proof"), [
    (schema, key, proof) for schema, keys in PROOF.items() for key, proof in keys.items()])
def test_each_proof_is_there_and_of_a_key(schema, key, proof) -> None:
    assert (schema, key) in keys_of_all()
    assert is_there(proof), proof


NO_EFFECT = re.compile(r"has no effect|[Nn]ot supported|changes nothing|as they are anyway")
NOT_IN_FORCE = {
    "service": {"sequential_start": True, "plugin": {"folder": "./x/", "pattern": ".so"},
                "use_h2c": True},
    "router": {"decompress_gzip": True, "use_h2c": True},
}
MISSED = {
    "service": {"async_agent": [{"name": "a"}]},
    "router": {"max_payload": 1},
    "backend-http-client": {"proxy_address": "http://127.0.0.1:3128",
                            "client_tls": {"allow_insecure_connections": True}},
}
HARMLESS = {
    "service": {"name": "shop"}, "router": {"max_multipart_memory": 1, "disable_gzip": True},
    "proxy": {"endpoint:combiner": "default", "endpoint:force_sandboxed_request": True},
}
COMPONENTS = {"router": "router.", "backend-http-client": "backend/http/client.", "service": ""}


def with_setting(schema: str, setting: dict) -> dict:
    part: dict = {"host": ["http://backend.test:8000"], "url_pattern": "/"}
    if schema == "backend-http-client":
        part["extra_config"] = {"backend/http/client": setting}
    proxy = {"extra_config": {"proxy": setting}} if schema == "proxy" else {}
    config = service(endpoint("/e", part, **proxy))
    return config | ({"extra_config": {"router": setting}} if schema == "router"
                     else setting if schema == "service" else {})


def each(settings: dict[str, dict]) -> list[tuple[str, str, object]]:
    return [(schema, key, value) for schema, keys in settings.items()
            for key, value in keys.items()]


def findings_of(path, *options: str) -> set[tuple[str, str]]:
    found = json.loads(aggregator("lint", "--format", "json", path, *options).stdout)
    return {(one["rule"], one["severity"]) for one in found["findings"]}


@pytest.mark.parametrize(("schema", "key", "value"), each(NOT_IN_FORCE))
def test_what_has_no_effect_is_reported_and_starts(start, write_config, schema, key,
                                                   value) -> None:
    config = with_setting(schema, {key: value})
    found = findings_of(write_config(config))
    assert found in ({("unsupported-key", "warning")}, {("no-counterpart", "advice")})
    gateway = start(config)
    rule, _ = found.pop()
    assert any(f"`{key}`" in line and f"[{rule}]" in line for line in gateway.lines)


@pytest.mark.parametrize(("schema", "key", "value"), each(MISSED))
def test_what_is_missed_is_refused_unless_it_is_allowed(start, write_config, schema, key,
                                                        value) -> None:
    config = with_setting(schema, {key: value})
    path = write_config(config)
    assert findings_of(path) == {("unsupported-key", "error")}
    assert aggregator("run", "--config", path).returncode == 1
    allowed = ("--allow-unsupported", COMPONENTS[schema] + key)
    assert findings_of(path, *allowed) == {("unsupported-key", "warning")}
    start(config, *allowed)


@pytest.mark.parametrize(("schema", "key", "value"), each(HARMLESS))
def test_what_has_no_effect_and_cannot_mislead_is_not_reported(start, write_config, schema, key,
                                                               value) -> None:
    config = with_setting(schema, {key.rpartition(":")[2]: value})
    assert aggregator("lint", write_config(config)).stdout == ""
    start(config)


@pytest.mark.parametrize(("schema", "key"), [
    (schema, key) for schema, keys in PROOF.items() for key, proof in keys.items()
    if proof in (NOTED, SILENT, REFUSED) or proof.endswith("has_no_effect")])
def test_what_has_no_effect_is_documented_so(schema, key) -> None:
    described = json.loads((SCHEMAS / f"{schema}.json").read_text())
    name, _, inner = key.rpartition(":")
    part = described["definitions"][name] if name else described
    assert NO_EFFECT.search(part["properties"][inner]["description"])


@pytest.mark.parametrize(("settings", "proof"), [(NOT_IN_FORCE, NOTED), (MISSED, REFUSED),
                                                  (HARMLESS, SILENT)])
def test_each_key_without_effect_is_tried(settings, proof) -> None:
    tried = {(schema, key) for schema, key, _ in each(settings)}
    assert tried == {(schema, key) for schema, keys in PROOF.items()
                     for key, one in keys.items() if one == proof}
