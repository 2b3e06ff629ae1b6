#!/usr/bin/env bash
# Builds the OpenTelemetry Collector that tests of the otlp sink use (otlpreceiver, fileexporter) from Go modules,
# into a cache outside the tree. Takes minutes, once.
set -euo pipefail
version=v0.161.0 # 0.163 and 0.164 do not resolve
cache="${XDG_CACHE_HOME:-$HOME/.cache}/telltale/otelcol-file/$version"
mkdir -p "$cache"
contrib=github.com/open-telemetry/opentelemetry-collector-contrib
cat > "$cache/manifest.json" <<JSON
{
  "dist": { "name": "otelcol-file", "output_path": "$cache/out" },
  "receivers": [{ "gomod": "go.opentelemetry.io/collector/receiver/otlpreceiver $version" }],
  "exporters": [{ "gomod": "$contrib/exporter/fileexporter $version" }]
}
JSON
cd "$cache"
go run "go.opentelemetry.io/collector/cmd/builder@$version" --config manifest.json
