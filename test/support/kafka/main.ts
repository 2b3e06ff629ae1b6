import { brokerSkipReason, startBroker } from './broker.ts'

/** `npm run kafka`: a broker to try things on; ^C stops it and removes its data. */
const reason = brokerSkipReason()
if (reason !== null) {
  process.stderr.write(`${reason}. Install Java 17 and Maven.\n`)
  process.exit(69)
}
process.stderr.write('starting Apache Kafka (the first time its jars are fetched) ...\n')
const broker = await startBroker()
process.stdout.write(`${broker.address}\n`)
process.stderr.write('^C stops it\n')
const stop = () => void broker.stop().then(() => process.exit(0))
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
