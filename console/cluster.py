"""The Kubernetes resources that are made from what is written elsewhere: topics and alerts (`make docs` writes them too)."""

import json
from pathlib import Path

from shared import topics
from shared.kafka.admin import configuration

K8S = Path(__file__).parents[1] / "deploy" / "k8s" / "base"
MADE = "# Made by `make docs`; change shared/topics.py or deploy/prometheus/alerts.yml instead.\n"
ALERTS = K8S.parents[1] / "prometheus" / "alerts.yml"


def pages() -> dict[str, str]:
    """Name within deploy/k8s/base to what stands there."""
    return {"topics.yaml": topics_page(), "alerts.yaml": alerts_page()}


def topics_page() -> str:
    """A KafkaTopic of Strimzi's for each topic. Replication is the cluster's default."""
    documents = []
    for topic in topics.ALL:
        config = "\n".join(f"    {name}: {json.dumps(value)}" for name, value in sorted(configuration(topic).items()))
        documents.append(f"""\
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata:
  name: {topic.name}
  labels: {{ strimzi.io/cluster: babelwire }}
spec:
  partitions: {topic.partitions}
  config:
{config}
""")
    return MADE + "---\n".join(documents)


def alerts_page() -> str:
    """Our alerts as the Prometheus operator wants them."""
    body = ALERTS.read_text(encoding="utf-8")
    rules = "\n".join(f"  {line}".rstrip() for line in body[body.index("groups:") :].splitlines())
    return f"""{MADE}apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: babelwire
spec:
{rules}
"""
