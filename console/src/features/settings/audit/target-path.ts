/** Where the pages of kinds of things are. */
const pages: Readonly<Record<string, string>> = {
  person: '/people/',
  segment: '/segments/',
  template: '/templates/',
  campaign: '/campaigns/',
  import: '/data/imports/',
  account: '/settings/accounts?account=',
  tag: '/tags/',
  layerModel: '/layers/',
  source: '/data/sources/',
  connector: '/data/connectors/',
  lookalike: '/lookalikes/',
  event: '/data/events?event=',
  attribute: '/catalogue/fields?key=',
}

/** The page of what an audit row is about, when it has one. */
export function targetPath(kind: string | null, id: string | null): string | undefined {
  const page = kind === null ? undefined : pages[kind]
  return page === undefined || id === null ? undefined : page + encodeURIComponent(id)
}
