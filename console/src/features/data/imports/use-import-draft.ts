import { useState } from 'react'
import { ImportOptions, ImportTarget } from '../../../../../contracts/import-setup.ts'
import { type Import } from '../../../../../contracts/imports.ts'
import { z } from 'zod'

const Draft = z.object({
  target: ImportTarget,
  mappings: z.partialRecord(ImportTarget, z.array(z.string())),
  options: ImportOptions,
  mappingId: z.string().optional(),
})
/** What was chosen for an import that has not been started; `mappings` by target, so that a look at another target loses nothing. */
export type ImportDraft = z.infer<typeof Draft>

const storageKey = (id: string): string => `hongyan.import.${id}`

/** The draft of an import, kept in this browser: a reload goes on where one was. A file that is read another way begins anew. */
export function useImportDraft(one: Import): [ImportDraft, (change: Partial<ImportDraft>) => void] {
  const [draft, setDraft] = useState(() => load(one))
  const change = (part: Partial<ImportDraft>): void => {
    const next = { ...draft, ...part }
    setDraft(next)
    try {
      sessionStorage.setItem(storageKey(one.id), JSON.stringify({ ...next, columns: one.columns.length }))
    } catch {
      // NOTE: a browser without storage loses the draft with the page; nothing else.
    }
  }
  return [draft, change]
}

function load(one: Import): ImportDraft {
  const empty: ImportDraft = { target: one.target ?? 'people', mappings: {}, options: one.options }
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey(one.id)) ?? 'null')
    const parsed = Draft.safeParse(stored)
    const isSameFile = (stored as { columns?: number } | null)?.columns === one.columns.length
    return parsed.success && isSameFile ? parsed.data : empty
  } catch {
    return empty
  }
}
