import { openEmbeddedWarehouse } from '../embedded-warehouse.ts'
import { createFacts, factsOfBatch, wrongBatches } from './facts.ts'

// A process that is killed by the crash test: `insert PATH FIRST` writes batch after batch and says which are acknowledged,
// `check PATH COUNT` says which of the batches are not there exactly once.
const [task, path = '', count = '0'] = process.argv.slice(2)
const warehouse = await openEmbeddedWarehouse({ path })
if (task === 'insert') {
  await createFacts(warehouse)
  for (let batch = Number(count); ; batch += 1) {
    await warehouse.insertRows('facts', factsOfBatch(batch), { token: `batch ${batch}` })
    process.stdout.write(`${batch}\n`)
  }
}
process.stdout.write(`${JSON.stringify(await wrongBatches(warehouse, Number(count)))}\n`)
await warehouse.close()
