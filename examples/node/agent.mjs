// An agent whose model is overloaded once and whose tool finds nothing: `npm ci && node agent.mjs [RUN_ID]`, beside
// `make run`. Then: failcat psql -c "SELECT error_code, catalog_entry_id, recovery_succeeded FROM failure_matches"
import { recovered, run, setUp, step } from './failcat.mjs';

const [runId = `node-${Date.now()}`] = process.argv.slice(2);
const provider = setUp('node-agent');
let calls = 0;

async function askModel() {
  calls += 1;
  if (calls === 1) throw Object.assign(new Error('Overloaded'), { name: 'APIError', code: 'overloaded_error' });
  return 'Look for order 4031.';
}

async function findOrder() {
  throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
}

await run(runId, { tenantId: 'acme', agent: 'support' }, async () => {
  try {
    await step('ask_model', 1, askModel);
  } catch (error) {
    const succeeded = await step('ask_model', 1, askModel).then(() => true, () => false);
    recovered(error, 'RETRY_EXPONENTIAL', succeeded);
  }
  await step('answer', 2, () => step('find_order', 3, findOrder)).catch(() => {});
});
await provider.shutdown();
console.log(`run ${runId} ended; its failures are in failure_matches`);
