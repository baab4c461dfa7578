import type { oneIdRoutes } from '../../../../contracts/one-id.ts'
import type { Handlers } from '../../access/index.ts'
import { decideConflict, decideConflicts } from './conflicts/decide-conflict.ts'
import { listConflicts, readConflict } from './conflicts/list-conflicts.ts'
import { listMerges, listPersonMerges } from './list-merges.ts'
import { mergeByHand, undoByHand } from './merge-by-hand.ts'
import { listHeldIdentities } from './merge-side.ts'
import { previewMerge } from './preview-merge.ts'
import { previewSplit, splitPerson } from './split-person.ts'
import { decideSuggestion, decideSuggestions } from './suggestions/decide-suggestion.ts'
import { listSuggestions, readSuggestion } from './suggestions/list-suggestions.ts'
import { readSuggestionSearch, startSuggestionSearch, updateSuggestionSearch } from './suggestions/search-row.ts'

export const oneIdHandlers: Handlers<typeof oneIdRoutes> = {
  previewMerge: ({ ctx, body }) => previewMerge(ctx, body),
  mergePerson: ({ ctx, body }) => mergeByHand(ctx, body),
  listMerges: ({ ctx, query }) => listMerges(ctx, query),
  listPersonMerges: ({ ctx, params, query }) => listPersonMerges(ctx, { personId: params.personId, ...query }),
  undoMerge: ({ ctx, params }) => undoByHand(ctx, params),
  listHeldIdentities: ({ ctx, params }) => listHeldIdentities(ctx, params),
  previewSplit: ({ ctx, params, body }) => previewSplit(ctx, { personId: params.personId, ...body }),
  splitPerson: ({ ctx, params, body }) => splitPerson(ctx, { personId: params.personId, ...body }),
  listConflicts: ({ ctx, query }) => listConflicts(ctx, query),
  readConflict: ({ ctx, params }) => readConflict(ctx, params),
  decideConflict: ({ ctx, params, body }) => decideConflict(ctx, { conflictId: params.conflictId, ...body }),
  decideConflicts: ({ ctx, body }) => decideConflicts(ctx, body),
  listSuggestions: ({ ctx, query }) => listSuggestions(ctx, query),
  readSuggestion: ({ ctx, params }) => readSuggestion(ctx, params),
  decideSuggestion: ({ ctx, params, body }) => decideSuggestion(ctx, { suggestionId: params.suggestionId, ...body }),
  decideSuggestions: ({ ctx, body }) => decideSuggestions(ctx, body),
  readSuggestionSearch: ({ ctx }) => readSuggestionSearch(ctx),
  updateSuggestionSearch: ({ ctx, body }) => updateSuggestionSearch(ctx, body),
  startSuggestionSearch: ({ ctx, body }) => startSuggestionSearch(ctx, body),
}
