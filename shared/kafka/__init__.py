"""The only code that knows Kafka: aiokafka and FastStream stay behind this package."""
