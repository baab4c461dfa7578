import { migrateWarehouse } from '../../platform/warehouse/migrate-warehouse.ts'
import { openEmbeddedWarehouse } from '../../platform/warehouse/embedded-warehouse.ts'
import { batchOfIntake, wrongIntakeBatches } from './intake-batches.ts'

// A process that is killed by the crash test: `insert PATH FIRST` writes batch after batch and says which are acknowledged, `check PATH COUNT`
// writes the last one again and says which batches are not in every table exactly once.
const [task, path = '', count = '0'] = process.argv.slice(2)
const warehouse = await openEmbeddedWarehouse({ path })
await migrateWarehouse(warehouse)
const insert = (batch: number) => warehouse.insertRows('event_intake', batchOfIntake(batch), { token: `batch ${batch}` })
if (task === 'insert') {
  for (let batch = Number(count); ; batch += 1) {
    await insert(batch)
    process.stdout.write(`${batch}\n`)
  }
}
await insert(Number(count))
process.stdout.write(`${JSON.stringify(await wrongIntakeBatches(warehouse, Number(count) + 1))}\n`)
await warehouse.close()
