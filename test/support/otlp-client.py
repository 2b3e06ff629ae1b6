"""Sends logs, spans and metric points with the OpenTelemetry Python SDK; exits 1 when the exporter reports an error.

usage: otlp-client.py {http|grpc} HOST:PORT COUNT {none|gzip}
"""

import logging
import sys

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

protocol, endpoint, count, compression = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]

if protocol == "http":
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    def options(signal):
        squeeze = Compression.Gzip if compression == "gzip" else Compression.NoCompression
        return {"endpoint": f"http://{endpoint}/v1/{signal}", "compression": squeeze}
else:
    from grpc import Compression
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    def options(signal):
        squeeze = Compression.Gzip if compression == "gzip" else Compression.NoCompression
        return {"endpoint": endpoint, "insecure": True, "compression": squeeze}


class Errors(logging.Handler):
    seen = []

    def emit(self, record):
        self.seen.append(record.getMessage())


logging.getLogger("opentelemetry").addHandler(Errors(logging.WARNING))

resource = Resource.create({"service.name": "python-client"})

logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(**options("logs"))))
logger = logs.get_logger("otlp-client")
for i in range(count):
    logger.emit(LogRecord(body=f"python log {i}", severity_number=SeverityNumber.INFO, attributes={"i": i}))

traces = TracerProvider(resource=resource)
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(**options("traces"))))
tracer = traces.get_tracer("otlp-client")
for i in range(count):
    with tracer.start_as_current_span(f"python span {i}"):
        pass

reader = PeriodicExportingMetricReader(OTLPMetricExporter(**options("metrics")), export_interval_millis=3_600_000)
metrics = MeterProvider(resource=resource, metric_readers=[reader])
counter = metrics.get_meter("otlp-client").create_counter("python.points")
for i in range(count):
    counter.add(1, {"i": i})

for provider in (logs, traces, metrics):
    provider.force_flush()
    provider.shutdown()

for message in Errors.seen:
    print(message, file=sys.stderr)
sys.exit(1 if Errors.seen else 0)
