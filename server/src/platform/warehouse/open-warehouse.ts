import { totalmem } from 'node:os'
import { openEmbeddedWarehouse } from './embedded-warehouse.ts'
import { openServerWarehouse } from './server-warehouse.ts'
import type { Warehouse } from './warehouse.ts'

/** Which warehouse: in this process on a directory, or a ClickHouse server (`http://user:password@host:8123/database`). */
export type WarehouseConfig = { kind: 'embedded'; path: string } | { kind: 'server'; url: string }

const gibibyte = 2 ** 30

/** Opens the warehouse of the configuration. Migrations are run apart: `migrateWarehouse`. */
export async function openWarehouse(config: WarehouseConfig): Promise<Warehouse> {
  switch (config.kind) {
    case 'embedded':
      // It shares the machine with PostgreSQL and counts this process's own memory too; by itself it would take nine tenths.
      return openEmbeddedWarehouse({ path: config.path, memoryBytesMax: Math.max(2 * gibibyte, Math.floor(totalmem() / 2)) })
    case 'server':
      return openServerWarehouse({ url: config.url })
  }
}
