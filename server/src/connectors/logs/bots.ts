/**
 * Visitors that are programs, by what their user agent says: the names that search engines publish for their crawlers (Google, Bing, 百度, 搜狗, 360, 神马,
 * 头条, Petal, Yandex, Apple), widely met SEO and AI crawlers, and the default names of HTTP clients and headless browsers. Whoever says nothing is a program too.
 */
const botAgent = new RegExp(
  [
    'bot\\b',
    'bot/',
    'spider',
    'crawl',
    'slurp',
    'mediapartners-google',
    'bingpreview',
    'facebookexternalhit',
    'headlesschrome',
    'phantomjs',
    'lighthouse',
    'pingdom',
    'uptime',
    '^curl/',
    '^wget/',
    'python-requests',
    'python-urllib',
    'go-http-client',
    'java/',
    'apache-httpclient',
    'libwww-perl',
    'scrapy',
  ].join('|'),
  'i',
)

/** Whether a user agent is a program's and no person's. */
export function isBot(userAgent: string): boolean {
  return userAgent === '' || userAgent === '-' || botAgent.test(userAgent)
}
