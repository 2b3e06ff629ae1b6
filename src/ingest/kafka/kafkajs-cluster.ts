import { type Cluster, type Consumer, type ConsumerConfig, type Kafka, PartitionAssigners } from 'kafkajs'

/**
 * kafkajs hands its connection to the cluster to every partition assigner; this borrows it there. With it come what
 * the client's own surface lacks: a wait before it joins the group again, commits in a given generation that are not
 * retried, the ends of a log, and reading a topic without a group.
 */

/** Broker requests that kafkajs has and does not declare. */
export interface GroupBroker {
  joinGroup(request: object): Promise<{ generationId: number; memberId: string }>
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>
  offsetCommit(request: {
    groupId: string
    groupGenerationId: number
    memberId: string
    topics: { topic: string; partitions: { partition: number; offset: string }[] }[]
  }): Promise<unknown>
  offsetFetch(request: {
    groupId: string
    topics: { topic: string; partitions: { partition: number }[] }[]
  }): Promise<{
    responses: { topic: string; partitions: { partition: number; offset: string }[] }[]
  }>
}

/** Who we are in the group, from one join to the next. */
export interface Membership {
  readonly groupId: string
  readonly memberId: string
  readonly generationId: number
  readonly coordinator: GroupBroker
}

/** A consumer and its connection to the cluster. */
export function consumerWithCluster(
  kafka: Kafka,
  config: ConsumerConfig,
): { consumer: Consumer; cluster: Cluster } {
  let cluster: Cluster | null = null
  const consumer = kafka.consumer({
    ...config,
    partitionAssigners: [
      (given) => {
        cluster = given.cluster
        return PartitionAssigners.roundRobin(given)
      },
    ],
  })
  if (cluster === null) throw new TypeError('kafkajs made no partition assigner')
  return { consumer, cluster }
}

/**
 * Runs `before` ahead of every join, whatever made the client join (a rebalance, an eviction, new partitions, a lost
 * connection), and tells each membership. The coordinator is looked up at each join and only then.
 */
export function onJoin(
  cluster: Cluster,
  groupId: string,
  before: () => Promise<void>,
  joined: (membership: Membership) => void,
): void {
  const find = cluster.findGroupCoordinator.bind(cluster)
  const watched = new WeakSet<object>()
  cluster.findGroupCoordinator = async (group) => {
    await before()
    const broker = await find(group)
    if (watched.has(broker)) return broker
    watched.add(broker)
    const coordinator = broker as unknown as GroupBroker
    const join = coordinator.joinGroup.bind(coordinator)
    coordinator.joinGroup = async (request) => {
      const data = await join(request)
      joined({ groupId, memberId: data.memberId, generationId: data.generationId, coordinator })
      return data
    }
    return broker
  }
}

/** First or end offset of partitions of one topic, by partition. */
export async function offsetsOf(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  which: 'low' | 'high',
): Promise<ReadonlyMap<number, number>> {
  const asked = partitions.map((partition) => ({ partition }))
  const answers = await cluster.fetchTopicsOffset([
    { topic, partitions: asked, fromBeginning: which === 'low' },
  ])
  const found = new Map<number, number>()
  for (const answer of answers) {
    for (const { partition, offset } of answer.partitions) found.set(partition, Number(offset))
  }
  return found
}
