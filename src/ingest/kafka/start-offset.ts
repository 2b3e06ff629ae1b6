import type { Bounds } from './consumer.ts'

/** Where to begin on a partition, and what to say about it. */
export interface Start {
  readonly offset: number
  /**
   * `resumed`: from the snapshot. `committed`: the group went on without this instance's snapshot, or there is none.
   * `first`: the group has never read the topic. `new`: the topic has grown by this partition.
   * `expired`: what comes next is gone, deleted by retention. `recreated`: the partition is shorter than what was read.
   */
  readonly why: 'resumed' | 'committed' | 'first' | 'new' | 'expired' | 'recreated'
  /** Messages that nobody will observe. */
  readonly missed: number
}

export interface StartFacts extends Bounds {
  /** Offset of the snapshot that was loaded, or null. */
  readonly snapshot: number | null
  /** Whether what was loaded is the newest there is anywhere; false for files of this instance, and for older ones. */
  readonly shared: boolean
  readonly startFrom: 'earliest' | 'latest'
}

/**
 *   snapshot S, committed C, log [low, high)
 *
 *   S                 -> S: its state has seen exactly what is below, so what follows gives the same findings again
 *   S < C, own files  -> C: another instance read on from S and has told what it found
 *   no S, C           -> C, cold
 *   neither           -> low if the group reads the topic already (the partition is new), else by `startFrom`
 *   outside the log   -> low
 */
export function startOffset(facts: StartFacts): Start {
  const { snapshot, committed, low, high, shared, topicKnown, startFrom } = facts
  if (snapshot === null && committed === null) {
    if (topicKnown) return { offset: low, why: 'new', missed: 0 }
    return { offset: startFrom === 'earliest' ? low : high, why: 'first', missed: 0 }
  }
  const passedOn = snapshot === null || (!shared && committed !== null && committed > snapshot)
  const wanted = passedOn ? committed! : snapshot
  if (wanted > high) return { offset: low, why: 'recreated', missed: 0 }
  if (wanted < low) return { offset: low, why: 'expired', missed: low - wanted }
  return { offset: wanted, why: passedOn ? 'committed' : 'resumed', missed: 0 }
}
