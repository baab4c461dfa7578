import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedWarehouse } from './embedded-warehouse.ts'
import { describeWarehouse } from './testing/warehouse-conformance.ts'

describeWarehouse('the embedded warehouse', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hongyan-warehouse-'))
  const warehouse = await openEmbeddedWarehouse({ path: join(folder, 'chdb') })
  return {
    warehouse,
    async close() {
      await warehouse.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
})
