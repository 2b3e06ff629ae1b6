import protobuf from 'protobufjs'

/** Reads google.rpc.Status and Export*ServiceResponse with protobufjs, independent of our encoder. */

const { root } = protobuf.parse(`
  syntax = "proto3";
  package t;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message Partial { int64 rejected = 1; string error_message = 2; }
  message Export { Partial partial_success = 1; }
`)

const decode = (type: string, bytes: Uint8Array): Record<string, unknown> =>
  root.lookupType(`t.${type}`).toObject(root.lookupType(`t.${type}`).decode(bytes), { longs: Number })

export interface RpcStatus {
  readonly code: number
  readonly message: string
  /** ms of RetryInfo, or null. */
  readonly retryMs: number | null
}

export function decodeRpcStatus(bytes: Uint8Array): RpcStatus {
  const status = decode('Status', bytes) as {
    code?: number
    message?: string
    details?: { typeUrl: string; value: Uint8Array }[]
  }
  const info = status.details?.find((d) => d.typeUrl === 'type.googleapis.com/google.rpc.RetryInfo')
  let retryMs: number | null = null
  if (info !== undefined) {
    const { retryDelay } = decode('RetryInfo', info.value) as {
      retryDelay?: { seconds?: number; nanos?: number }
    }
    retryMs = (retryDelay?.seconds ?? 0) * 1000 + (retryDelay?.nanos ?? 0) / 1e6
  }
  return { code: status.code ?? 0, message: status.message ?? '', retryMs }
}

export function decodeExportResponse(bytes: Uint8Array): { rejected: number; errorMessage: string } | null {
  const { partialSuccess } = decode('Export', bytes) as {
    partialSuccess?: { rejected?: number; errorMessage?: string }
  }
  if (partialSuccess === undefined) return null
  return { rejected: partialSuccess.rejected ?? 0, errorMessage: partialSuccess.errorMessage ?? '' }
}
