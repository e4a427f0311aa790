"""Metrics count what happens under labels that nobody outside can make up."""

from prometheus_client.parser import text_string_to_metric_families

from gateway.infra.observing.metrics import Metrics
from gateway.kit.pool import CallReport

REPORT = CallReport(system="dukcapil", operation="lookup", result="ok", seconds=0.2, retries=1)


def samples(metrics: Metrics) -> dict[str, list[tuple[dict[str, str], float]]]:
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_requests_are_counted_by_method_route_and_status():
    metrics = Metrics()
    for status in (200, 200, 404):
        metrics.request("GET", "/v1/ppks/{ppks_id:str}", status, 0.02)
    route = {"method": "GET", "route": "/v1/ppks/{ppks_id:str}"}
    assert samples(metrics)["gateway_requests_total"] == [
        ({**route, "status": "200"}, 2.0),
        ({**route, "status": "404"}, 1.0),
    ]
    assert samples(metrics)["gateway_request_seconds_count"][0][1] == 3.0


def test_a_method_that_a_caller_made_up_is_no_label():
    metrics = Metrics()
    for number in range(50):
        metrics.request(f"99010141019{number:05}", "unmatched", 405, 0.001)
    metrics.request("get", "unmatched", 405, 0.001)
    labels = [labels for labels, _ in samples(metrics)["gateway_requests_total"]]
    assert labels == [{"method": "other", "route": "unmatched", "status": "405"}]


def test_calls_are_counted_by_system_operation_and_result():
    metrics = Metrics()
    metrics.call(REPORT)
    metrics.call(REPORT)
    [(labels, value)] = samples(metrics)["gateway_upstream_calls_total"]
    assert labels == {"system": "dukcapil", "operation": "lookup", "result": "ok"}
    assert value == 2.0
    [(labels, value)] = samples(metrics)["gateway_upstream_seconds_sum"]
    assert labels == {"system": "dukcapil", "operation": "lookup"}
    assert value == 0.4


def test_two_processes_in_one_do_not_count_into_each_other():
    one, other = Metrics(), Metrics()
    one.call(REPORT)
    assert "gateway_upstream_calls_total" not in samples(other)
