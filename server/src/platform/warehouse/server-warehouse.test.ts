import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openServerWarehouse } from './server-warehouse.ts'
import { startHttpFront } from './testing/http-front.ts'
import { describeWarehouse } from './testing/warehouse-conformance.ts'

describeWarehouse('the warehouse on a server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hongyan-warehouse-'))
  const front = await startHttpFront(folder)
  const warehouse = await openServerWarehouse({ url: front.url })
  return {
    warehouse,
    async close() {
      await warehouse.close()
      await front.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
})
