/** Everything that needs a real broker, in one process, so that one broker serves it all. */
import './trouble.cases.ts'
import './snapshot.cases.ts'
import './kills.cases.ts'
import './collector.cases.ts'
import './gateway.cases.ts'
import './secure.cases.ts'
