#!/usr/bin/env bash
# Builds the OpenTelemetry Collector that tests of the Kafka consumer use (otlpreceiver, kafkaexporter) from Go modules,
# into a cache outside the tree. Takes minutes, once.
set -euo pipefail
version=v0.160.0 # the newest whose Kafka modules resolve
cache="${XDG_CACHE_HOME:-$HOME/.cache}/telltale/otelcol-kafka/$version"
mkdir -p "$cache"
contrib=github.com/open-telemetry/opentelemetry-collector-contrib
cat > "$cache/manifest.json" <<JSON
{
  "dist": { "name": "otelcol-kafka", "output_path": "$cache/out" },
  "receivers": [{ "gomod": "go.opentelemetry.io/collector/receiver/otlpreceiver $version" }],
  "exporters": [{ "gomod": "$contrib/exporter/kafkaexporter $version" }]
}
JSON
cd "$cache"
go run "go.opentelemetry.io/collector/cmd/builder@v0.161.0" --config manifest.json
