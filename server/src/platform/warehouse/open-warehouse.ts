import { openEmbeddedWarehouse } from './embedded-warehouse.ts'
import { openServerWarehouse } from './server-warehouse.ts'
import type { Warehouse } from './warehouse.ts'

/** Which warehouse: in this process on a directory, or a ClickHouse server (`http://user:password@host:8123/database`). */
export type WarehouseConfig = { kind: 'embedded'; path: string } | { kind: 'server'; url: string }

/** Opens the warehouse of the configuration. Migrations are run apart: `migrateWarehouse`. */
export async function openWarehouse(config: WarehouseConfig): Promise<Warehouse> {
  switch (config.kind) {
    case 'embedded':
      return openEmbeddedWarehouse({ path: config.path })
    case 'server':
      return openServerWarehouse({ url: config.url })
  }
}
