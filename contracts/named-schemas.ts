import { z } from 'zod'
import * as access from './access.ts'
import * as audience from './audience.ts'
import * as campaigns from './campaigns.ts'
import * as catalogue from './catalogue.ts'
import * as channels from './channels.ts'
import * as collect from './collect.ts'
import * as connectorMapping from './connector-mapping.ts'
import * as connectorSettings from './connector-settings.ts'
import * as connectors from './connectors.ts'
import * as content from './content.ts'
import * as delivery from './delivery.ts'
import * as errors from './errors.ts'
import * as eventSchemas from './event-schemas.ts'
import * as importForesight from './import-foresight.ts'
import * as importSetup from './import-setup.ts'
import * as imports from './imports.ts'
import * as insight from './insight.ts'
import * as layers from './layers.ts'
import * as mergePreviews from './merge-previews.ts'
import * as namespaces from './namespaces.ts'
import * as oneId from './one-id.ts'
import * as people from './people.ts'
import * as permissions from './permissions.ts'
import * as quarantine from './quarantine.ts'
import * as rule from './rule.ts'
import * as tagRules from './tag-rules.ts'
import * as tags from './tags.ts'
import * as workspaces from './workspaces.ts'

const modules: Record<string, unknown>[] = [
  errors,
  permissions,
  rule,
  access,
  workspaces,
  collect,
  eventSchemas,
  quarantine,
  imports,
  importSetup,
  importForesight,
  connectorMapping,
  connectorSettings,
  connectors,
  people,
  oneId,
  mergePreviews,
  namespaces,
  tags,
  tagRules,
  catalogue,
  audience,
  layers,
  content,
  channels,
  delivery,
  campaigns,
  insight,
]

/** Every exported shape by its name: the shapes of the API description. Small ones (ids, limits) stay where they are used. */
export const namedSchemas: Record<string, z.ZodType> = Object.fromEntries(
  modules
    .flatMap((module) => Object.entries(module))
    .filter(
      (entry): entry is [string, z.ZodType] =>
        entry[1] instanceof z.ZodObject || entry[1] instanceof z.ZodEnum || entry[1] instanceof z.ZodLazy || entry[1] instanceof z.ZodDiscriminatedUnion,
    ),
)
