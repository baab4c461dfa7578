import * as fc from 'fast-check'

/** Laws are tried on the same cases in every run, so that a run tells of the change and of nothing else; another HONGYAN_TEST_SEED tries others. */
export const seed = Number(process.env['HONGYAN_TEST_SEED'] ?? 20_261_122)

fc.configureGlobal({ seed })
