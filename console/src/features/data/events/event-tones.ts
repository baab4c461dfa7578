import type { SchemaState } from '../../../../../contracts/event-schemas.ts'
import type { StateTone } from '../../../ui/values.tsx'

/** The tone of whether an event or property is used. */
export const schemaTones: Record<SchemaState, StateTone['tone']> = { visible: 'good', hidden: 'neutral', blocked: 'bad' }
