import { type ImportTarget } from '../../../../../contracts/import-setup.ts'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { ProblemError, problemOf, routeUrl } from '../../../../../contracts/client.ts'
import { readPreferences } from '../../../ui/preferences.ts'

interface Upload {
  workspaceId: number
  target: ImportTarget
  file: File
  /** 0 to 1; bytes that left the browser. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

/** Sends the file as a form. `fetch` tells nothing of how far a body has gone, so this is an XMLHttpRequest. Throws `ProblemError`. */
export function uploadFile({ workspaceId, target, file, onProgress, signal }: Upload): Promise<Import> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', routeUrl(importRoutes.uploadImport, { workspaceId }, { target }))
    request.setRequestHeader('accept-language', readPreferences().locale === 'zh' ? 'zh-CN' : 'en')
    request.upload.addEventListener('progress', (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0))
    request.addEventListener('load', () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as Import)
      else void problemOf(new Response(request.responseText, { status: request.status })).then(reject)
    })
    request.addEventListener('error', () => void problemOf(Response.error()).then(reject))
    request.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'
export const asError = (error: unknown): Error => (error instanceof ProblemError || error instanceof Error ? error : new Error(String(error)))
