"""The dashboards of the engines, from what the scheduler and the stages measure: no exporter runs beside them."""

from console.grafana.panel import Board, Panel

RATE = "[$__rate_interval]"
GROUP, TOPIC, NODE = 'group=~"$group"', 'topic=~"$topic"', 'node=~"$node"'


def of_node(metric: str, by: str = "node", past: str = "") -> str:
    """Several schedulers tell of the same node. `past`: as it was so long ago."""
    return f"max by ({by}) ({metric}{{{NODE}}}{f' offset {past}' if past else ''})"


def growth(metric: str, by: str) -> str:
    """Per second; `metric` is a gauge that only grows, or begins anew with its node."""
    return f"sum by ({by}) (max by (node, {by}) (rate({metric}{{{NODE}}}{RATE})))"


REJECTED = of_node("babelwire_opensearch_rejected", "node, pool")

KAFKA = Board(
    "kafka",
    "Kafka",
    (
        Panel(3, "Brokers", "That are there.", (("max(babelwire_kafka_brokers)", ""),), kind="stat", width=6, height=4,
              runbook="Kafka lacks copies"),
        Panel(2, "Partitions that lack copies", "Copies in step.",
              (("max(babelwire_kafka_under_replicated_partitions)", ""),), kind="stat", red=1, width=6, height=4,
              runbook="Kafka lacks copies"),
        Panel(4, "Messages kept", "In all topics.", (("sum(max by (topic) (babelwire_kafka_topic_messages))", ""),), kind="stat",
              width=6, height=4),
        Panel(5, "Sent", "Values, before compression.", ((f"sum(rate(babelwire_sent_bytes_total{RATE}))", ""),), "Bps", "stat",
              width=6, height=4),
        Panel(1, "Lag by group", "Not committed, whether or not anybody works.",
              ((f"sum by (group) (max by (group, topic) (babelwire_kafka_group_lag_messages{{{GROUP}}}))", "{{group}}"),),
              orange=1000, runbook="Lag grows"),
        Panel(6, "Lag by topic", "Not committed.",
              ((f"max by (group, topic) (babelwire_kafka_group_lag_messages{{{GROUP}, {TOPIC}}})", "{{group}}: {{topic}}"),),
              runbook="Lag grows"),
        Panel(7, "Messages in", "Written per second, by topic.",
              ((f"max by (topic) (rate(babelwire_kafka_topic_end_offset{{{TOPIC}}}{RATE}))", "{{topic}}"),), "ops"),
        Panel(8, "Bytes sent", "By topic, values before compression.",
              ((f"sum by (topic) (rate(babelwire_sent_bytes_total{{{TOPIC}}}{RATE}))", "{{topic}}"),), "Bps", stacked=True),
        Panel(9, "Kept", "Messages, by topic.", ((f"max by (topic) (babelwire_kafka_topic_messages{{{TOPIC}}})", "{{topic}}"),)),
        Panel(10, "Dead letters kept", "By stage; they stay for 30 days.",
              (('max by (topic) (babelwire_kafka_topic_messages{topic=~".+[.]dlq"})', "{{topic}}"),), orange=1,
              runbook="Dead letters"),
        Panel(11, "Rebalances", "Assignments, by group.",
              ((f"sum by (stage) (rate(babelwire_rebalances_total{RATE}))", "{{stage}}"),), "ops"),
        Panel(12, "Kafka away", "1 while a stage waits for it.",
              (('max by (stage) (babelwire_dependency_unavailable{dependency="kafka"})', "{{stage}}"),), red=1, most=1,
              runbook="OpenSearch is away"),
    ),
    (("group", "babelwire_kafka_group_lag_messages"), ("topic", "babelwire_kafka_topic_messages")),
)  # fmt: skip

OPENSEARCH = Board(
    "opensearch",
    "OpenSearch",
    (
        Panel(1, "Status", "0 green, 1 yellow, 2 red.", (("max(babelwire_opensearch_status)", ""),), kind="stat", orange=1, red=2,
              width=6, height=4, runbook="OpenSearch is yellow or rejects"),
        Panel(4, "Nodes", "That are there.", (("max(babelwire_opensearch_nodes)", ""),), kind="stat", width=6, height=4),
        Panel(5, "Documents", "Articles.", (('max(babelwire_opensearch_documents{kind="articles"})', ""),), kind="stat", width=6,
              height=4),
        Panel(6, "Size", "Of all indices, replicas included.", (("sum(max by (kind) (babelwire_opensearch_store_bytes))", ""),),
              "bytes", "stat", width=6, height=4),
        Panel(2, "Rejections", "By pool, in a quarter of an hour.",
              ((f"sum by (pool) ({REJECTED} - ({of_node('babelwire_opensearch_rejected', 'node, pool', '15m')} or {REJECTED}))", "{{pool}}"),), red=1,
              runbook="OpenSearch is yellow or rejects"),
        Panel(3, "Disk", "Free, by node.", ((of_node("babelwire_opensearch_disk_free_bytes"), "{{node}}"),), "bytes",
              runbook="A disk is full"),
        Panel(7, "Heap", "In use, by node.", ((of_node("babelwire_opensearch_heap_used_ratio"), "{{node}}"),), "percentunit",
              orange=0.85, most=1, runbook="OpenSearch is yellow or rejects"),
        Panel(8, "Operations", "Per second.", ((growth("babelwire_opensearch_operations", "operation"), "{{operation}}"),), "ops"),
        Panel(9, "Time of an operation", "Mean.",
              ((f"{growth('babelwire_opensearch_operation_seconds', 'operation')} / "
                f"({growth('babelwire_opensearch_operations', 'operation')} > 0)", "{{operation}}"),), "s"),
        Panel(10, "Shards", "By state.", (("max by (state) (babelwire_opensearch_shards)", "{{state}}"),), stacked=True),
        Panel(11, "Documents by kind", "Of index.", (("max by (kind) (babelwire_opensearch_documents)", "{{kind}}"),)),
        Panel(12, "Size by kind", "Replicas included.", (("max by (kind) (babelwire_opensearch_store_bytes)", "{{kind}}"),), "bytes",
              stacked=True),
        Panel(13, "Documents per bulk request", "Mean.",
              (("sum(rate(babelwire_bulk_documents_sum[15m])) / sum(rate(babelwire_bulk_documents_count[15m]))", "documents"),)),
        Panel(14, "Items of bulk requests", "By result.",
              ((f"sum by (result) (rate(babelwire_bulk_items_total{RATE}))", "{{result}}"),), "ops", stacked=True),
        Panel(15, "Away", "1 while a stage waits for it.",
              (("max by (stage, dependency) (babelwire_dependency_unavailable)", "{{dependency}} for {{stage}}"),), red=1, most=1,
              runbook="OpenSearch is away"),
    ),
    (("node", "babelwire_opensearch_disk_bytes"),),
)  # fmt: skip
