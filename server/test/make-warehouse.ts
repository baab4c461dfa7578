import { migrateWarehouse } from '../src/platform/warehouse/migrate-warehouse.ts'
import { openWarehouse } from '../src/platform/warehouse/open-warehouse.ts'

// A process of its own, which leaves a migrated warehouse behind: its files name no place, so that a copy is a warehouse like it.
const warehouse = await openWarehouse({ kind: 'embedded', path: process.argv[2]! })
await migrateWarehouse(warehouse)
await warehouse.close()
