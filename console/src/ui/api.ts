import {
  keepPreviousData,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query'
import { App } from 'antd'
import { createClient, ProblemError, type AnswerOf, type BodyOf, type ParamsOf, type QueryOf } from '../../../contracts/client.ts'
import type { Route } from '../../../contracts/http.ts'
import { readPreferences } from './preferences.ts'
import { useMaybeSession } from './session-context.ts'
import { useLocaleText } from './text.ts'

/** The console's client: same origin, session cookie, answers in the chosen language. */
export const client = createClient({ headers: () => ({ 'accept-language': readPreferences().locale === 'zh' ? 'zh-CN' : 'en' }) })

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < 2 && (!(error instanceof ProblemError) || error.problem.status >= 502),
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
  },
})

type OwnParams<R extends Route> = Omit<NonNullable<ParamsOf<R>>, 'workspaceId'>
type ParamsPart<R extends Route> = [ParamsOf<R>] extends [undefined]
  ? { params?: undefined }
  : keyof OwnParams<R> extends never
    ? { params?: undefined }
    : { params: OwnParams<R> }
type QueryPart<R extends Route> = [QueryOf<R>] extends [undefined] ? { query?: undefined } : { query?: QueryOf<R> }
type BodyPart<R extends Route> = [BodyOf<R>] extends [undefined] ? { body?: undefined } : { body: BodyOf<R> }

/** What a read needs besides the workspace, which comes from where the console stands. */
export type ReadInput<R extends Route> = ParamsPart<R> &
  QueryPart<R> &
  BodyPart<R> & { enabled?: boolean; refetchSeconds?: number | false; keepPrevious?: boolean }
export type ActInput<R extends Route> = ParamsPart<R> & QueryPart<R> & BodyPart<R>
interface LooseInput {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

function callLoosely<R extends Route>(route: R, input: LooseInput, workspaceId: number | undefined, signal?: AbortSignal): Promise<AnswerOf<R>> {
  const params = route.path.includes(':workspaceId') ? { workspaceId, ...input.params } : input.params
  return client.call(route, ...([{ ...input, params, signal }] as never))
}

const keyOf = (route: Route, workspaceId: number | undefined, input: LooseInput): readonly unknown[] => [
  `${route.method} ${route.path}`,
  workspaceId ?? 0,
  input.params ?? {},
  input.query ?? {},
  input.body ?? {},
]

/**
 * Reads a route and keeps it: `const people = useRead(peopleRoutes.readPerson, { params: { personId } })`. A question too long for a URL is a POST with
 * a body (`readOnly` in its contract). What nobody waits for any more is aborted.
 */
export function useRead<R extends Route>(route: R, input?: ReadInput<R>): UseQueryResult<AnswerOf<R>> {
  const workspaceId = useMaybeSession()?.workspace?.workspaceId
  const loose = (input ?? {}) as LooseInput
  return useQuery({
    queryKey: keyOf(route, workspaceId, loose),
    queryFn: ({ signal }) => callLoosely(route, { params: loose.params, query: loose.query, body: loose.body }, workspaceId, signal),
    enabled: input?.enabled ?? true,
    refetchInterval: input?.refetchSeconds ? input.refetchSeconds * 1000 : false,
    placeholderData: input?.keepPrevious === true ? keepPreviousData : undefined,
  })
}

/** A keyset-paged list: rows so far and a way to load more. */
export interface Pages<Row> {
  rows: Row[]
  /** Fields of the first page besides its items, e.g. `total`. */
  total: number | null
  isLoading: boolean
  isRefreshing: boolean
  error: Error | null
  hasMore: boolean
  isLoadingMore: boolean
  loadMore: () => void
  retry: () => void
}
type RowOf<R extends Route> = AnswerOf<R> extends { items: (infer Row)[] } ? Row : never
interface LoosePage {
  items: unknown[]
  nextCursor?: string
  total?: number | null
}

/** The input with the cursor of a later page, which stands where the filters stand. */
function pageOfInput({ params, query, body }: LooseInput, cursor: string): LooseInput {
  if (cursor === '') return { params, query, body }
  return body === undefined ? { params, query: { ...query, cursor } } : { params, query, body: { ...body, cursor } }
}

/** Reads a paged route (`pageOf`), or a route that answers `{ items }` in one piece. */
export function usePages<R extends Route>(route: R, input?: ReadInput<R>): Pages<RowOf<R>> {
  const workspaceId = useMaybeSession()?.workspace?.workspaceId
  const loose = (input ?? {}) as LooseInput
  const result = useInfiniteQuery({
    queryKey: [...keyOf(route, workspaceId, loose), 'pages'],
    queryFn: async ({ pageParam, signal }) => (await callLoosely<Route>(route, pageOfInput(loose, pageParam), workspaceId, signal)) as LoosePage,
    initialPageParam: '',
    getNextPageParam: (page: LoosePage) => page.nextCursor,
    enabled: input?.enabled ?? true,
    refetchInterval: input?.refetchSeconds ? input.refetchSeconds * 1000 : false,
    placeholderData: keepPreviousData,
  })
  return {
    rows: (result.data?.pages.flatMap((page) => page.items) ?? []) as RowOf<R>[],
    total: result.data?.pages[0]?.total ?? null,
    isLoading: result.isPending && result.fetchStatus !== 'idle',
    isRefreshing: result.isFetching && !result.isFetchingNextPage && !result.isPending,
    error: result.error,
    hasMore: result.hasNextPage,
    isLoadingMore: result.isFetchingNextPage,
    loadMore: () => void result.fetchNextPage(),
    retry: () => void result.refetch(),
  }
}

export interface ActOptions<R extends Route> {
  onDone?: (answer: AnswerOf<R>, input: ActInput<R>) => void | Promise<void>
  /** Said when it worked. */
  done?: string
  /** A form shows the error itself, beside the fields; otherwise a message does. */
  showsErrorItself?: boolean
  /** Nothing that is shown changes (a preview, a check): nothing is read again. */
  readOnly?: boolean
}

/** Calls a route that changes something; afterwards everything shown is read again. */
export function useAct<R extends Route>(route: R, options: ActOptions<R> = {}): UseMutationResult<AnswerOf<R>, Error, ActInput<R>> {
  const workspaceId = useMaybeSession()?.workspace?.workspaceId
  const cache = useQueryClient()
  const { message } = App.useApp()
  const pick = useLocaleText()
  return useMutation({
    mutationFn: (input: ActInput<R>) => callLoosely(route, input as LooseInput, workspaceId),
    onSuccess: (answer, input) => {
      if (options.readOnly !== true) void cache.invalidateQueries()
      if (options.done !== undefined) void message.success(options.done)
      void options.onDone?.(answer, input)
    },
    onError: (error) => {
      if (options.showsErrorItself !== true)
        void message.error(error instanceof ProblemError ? (error.problem.problems[0] ? pick(error.problem.problems[0]) : pick(error.problem)) : error.message)
    },
  })
}
