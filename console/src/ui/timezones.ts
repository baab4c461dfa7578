/** Zones the browser knows, those of the home market first. */
export const timezones: readonly string[] = [
  ...new Set(['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Taipei', 'Asia/Singapore', 'UTC', ...Intl.supportedValuesOf('timeZone')]),
]
