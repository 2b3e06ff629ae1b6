/** What depends on the client, with node-rdkafka; the rest of broker.test.ts is the same with either. */
process.env['TELLTALE_TEST_KAFKA_CLIENT'] = 'rdkafka'
await import('./trouble.cases.ts')
await import('./kills.cases.ts')
await import('./secure.cases.ts')
