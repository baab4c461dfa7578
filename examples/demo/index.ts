export { loadDemo, type DemoOptions } from './load-demo.ts'
