# syntax=docker/dockerfile:1

# The image brings its own Node, so the npm packages that carry one are left out of it.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="telltale" \
      org.opencontainers.image.description="Streaming anomaly and secret-leak detection for OpenTelemetry" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY package.json LICENSE ./
COPY bin ./bin
COPY --from=dependencies /src/node_modules ./node_modules
COPY --from=build /src/dist ./dist
RUN install -d -o 65532 -g 65532 -m 0700 /var/lib/telltale

# Loopback is of no use inside a container; what is published is the runtime's choice.
ENV NODE_ENV=production \
    TELLTALE_DATA_DIR=/var/lib/telltale \
    TELLTALE_INGEST_OTLP_HTTP_LISTEN=0.0.0.0:4318 \
    TELLTALE_INGEST_OTLP_GRPC_LISTEN=0.0.0.0:4317 \
    TELLTALE_ADMIN_LISTEN=0.0.0.0:9464
USER 65532:65532
VOLUME /var/lib/telltale
EXPOSE 4317 4318 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["/app/bin/telltale", "health"]
ENTRYPOINT ["/app/bin/telltale"]
CMD ["run"]
