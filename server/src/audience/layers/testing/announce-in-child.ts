// A process that computes layers in a warehouse of its own and tells the changes, and kills itself on the way when told to.
import { workAsChild, type ChildOrder } from '../../../../test/child.ts'
import { systemContext } from '../../../access/index.ts'
import { loadPeople } from '../../rule/testing/load-people.ts'
import { announceChanges } from '../announce-changes.ts'
import { computeLayers } from '../compute-layers.ts'
import { readLayerModel } from '../layer-model-row.ts'

export interface AnnounceOrder extends ChildOrder {
  workspaceId: number
  modelId: string
  /** People who order, so that they change layers; none: only what is left to be told. */
  buyers: number[]
  /** Also makes everybody, before anything else. */
  people?: number[]
}

export interface AnnounceReport {
  crossings: number
}

workAsChild<AnnounceOrder, AnnounceReport>(async (platform, { workspaceId, modelId, buyers, people }, crossings) => {
  const ctx = systemContext(platform, workspaceId, 'test')
  const compute = async () => computeLayers(ctx, await readLayerModel(ctx, modelId))
  if (people) {
    await loadPeople(
      platform.warehouse,
      workspaceId,
      people.map((personId) => ({ personId })),
    )
    await compute()
  }
  if (buyers.length > 0) {
    const events = [{ event: 'Order Completed', at: new Date(Date.now() - 60_000).toISOString(), amountFen: 100 }]
    const { ordered } = await platform.warehouse.row<{ ordered: number[] }>({
      sql: 'select groupArray(person_id) as ordered from events where workspace_id = {workspaceId:UInt32}',
      params: { workspaceId },
    })
    // Earlier processes may have come so far.
    const fresh = buyers.filter((personId) => !ordered.includes(personId))
    if (fresh.length > 0) {
      await loadPeople(
        platform.warehouse,
        workspaceId,
        fresh.map((personId) => ({ personId, events })),
      )
    }
    await compute()
  }
  while (await announceChanges(platform, 5));
  return { crossings: crossings() }
})
