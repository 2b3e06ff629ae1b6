import { type BlindMaking, inJson, inUrl, secret } from './making.ts'
import { KIND_OF_PROVIDER, VOCABULARY_13 } from './vocabulary-13.ts'

/** Thirteenth round: lines made as the given ones are, with kinds, contexts and negatives that those do not hold. */
const making = (m: Omit<BlindMaking, 'round'>): BlindMaking => ({ ...m, round: VOCABULARY_13 })

export const ROUND_13: readonly BlindMaking[] = [
  making({
    name: 'providers-without-a-name',
    style: ['snake'],
    signs: '!',
    keys: [
      (_n, _v, d) =>
        `2026-11-02T10:00:00.123Z INFO  [billing] using ${secret(KIND_OF_PROVIDER(d))} for upstream`,
      (_n, _v, d) => `2026/11/02 10:00:00 WARN checkout: key ${secret(KIND_OF_PROVIDER(d))} was revoked`,
      (_n, _v, d) =>
        `{"level":"error","msg":"401 from upstream","args":["run","${secret(inJson(KIND_OF_PROVIDER(d)))}"]}`,
      (_n, _v, d) => `panic: bad credential "${secret(KIND_OF_PROVIDER(d))}"`,
      (_n, _v, d) => `[worker-3] retry 2/5 (${secret(KIND_OF_PROVIDER(d))})`,
      (_n, _v, d) => `GET /v2/items?x=1&k=${secret(inUrl(KIND_OF_PROVIDER(d)))} HTTP/1.1" 403`,
      (_n, _v, d) => `$ ./deploy.sh prod ${secret(KIND_OF_PROVIDER(d))}`,
      (_n, _v, d) => `upstream said: {\\"detail\\":\\"${secret(KIND_OF_PROVIDER(d))} is not valid\\"}`,
      (_n, _v, d) => `Authorization: Bearer ${secret(KIND_OF_PROVIDER(d))}`,
      (_n, _v, d) => `header x-key: ${secret(KIND_OF_PROVIDER(d))}; status=401`,
      (_n, _v, d) => `argv[2]='${secret(KIND_OF_PROVIDER(d))}'`,
      (_n, _v, d) => `<value>${secret(KIND_OF_PROVIDER(d))}</value>`,
      (_n, _v, d) => `step 4: echo ${secret(KIND_OF_PROVIDER(d))} | tool login`,
    ],
  }),
  making({
    name: 'named-kinds-in-logs',
    style: ['upper', 'snake', 'camel', 'kebab', 'dotted'],
    signs: '!@#$%^&*-_+?',
    benignEverywhere: true,
    lines: [
      '%t INFO  [%w] %n=%v attempt=%i',
      '%t stdout F   %n: %v',
      'time="%t" level=debug msg="loaded" %n="%v" caller=main.go:%i',
      '{"time":"%t","level":"INFO","service":"%w","msg":"cfg","%n":"%v","trace_id":"%x"}',
      '{"timeUnixNano":"1797116078610224212","body":{"stringValue":"env"},"attributes":[{"key":"%n","value":{"stringValue":"%v"}}]}',
      '%t %w env: PATH=/usr/bin %n=%v LANG=C.UTF-8',
      'ts=%t level=warn svc=%w msg="env dump" %n=%v attempt=%i',
      '2026/01/02 10:00:00 [http-nio-8080-exec-%i] ERROR - auth failed with %n=%v, retrying in %ims',
      '{"level":"debug","msg":"upstream said {\\"%n\\":\\"%v\\",\\"ok\\":false}"}',
      '10.0.9.%i - - [%t] "GET /v1/%w?%n=%v&limit=30 HTTP/1.1" 200 %i',
      "opts={'%n': '%v', 'retries': %i}",
      'Config{Host:%h, %n:%v, Port:%i}',
      '%t DEBUG %w -- %n => %v',
      '081110 150809 26 INFO dfs.FSNamesystem: BLOCK* blk_%i size %i %n=%v',
      'level=info cmd="%w --%n %v --verbose"',
      '%t [%w] DEBUG vault: wrote %n: %v to kv/%w',
      'E0102 10:00:00.1 1 %w.go:%i] "login failed" %n="%v"',
      '%t|%w|WARN|%n is %v',
      'kafka: consumer cfg {"%n":"%v","group.id":"%w"}',
      'grpc: metadata: %n: %v, user-agent: go/1.22',
    ],
    negatives: [
      '%t INFO  [%w] %n rotated, fingerprint SHA256:%x',
      '{"level":"info","%n":null}',
      '%t WARN %n not set, using workload identity',
      '%t INFO request_id=%x span=%x user=%u',
      'etag="%x" size=%i key=uploads/%w/%x.png',
      'commit %x%x by %u: rotate %n',
      'image=%w@sha256:%x%x pulled',
      'jwt expired for user %u at %t',
      'idempotency-key: %x-%i',
      'kid=%x alg=RS256 iss=https://%h',
      'csrf token mismatch for %u',
      'pod %w-7d9f8b6c5d-x2x8k restarted, reason=secret "%w-tls" changed',
      'cursor=eyJpZCI6%i page=%i next_page_token=%x',
      'metric %w_tokens_total{kind="prompt"} %i',
    ],
  }),
]
