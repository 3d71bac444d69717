import { For, type JSX, lazy, Suspense } from 'solid-js';
import type { JobBody } from '../../api/jobs.ts';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { welcomeText as t } from '../../i18n/welcome.ts';
import { wordsReady } from '../../i18n/words.ts';
import type { StepName } from './problems.ts';

const JobPreview = lazy(async () => {
  const module = await import('../editor/job-preview.tsx');
  await wordsReady();
  return { default: module.JobPreview };
});

/** Before the start: the name, what goes where, and how much it is. */
export function Ready(props: {
  body: JobBody;
  name: string;
  onName: (name: string) => void;
  error: string | undefined;
  where: string;
  onGo: (step: StepName) => void;
}) {
  // A name changes nothing that is counted.
  const nameless = () => {
    const { source_dirs, destination_type, destination_config } = props.body;
    return { source_dirs, destination_type, destination_config };
  };
  return (
    <Card title={t().ready.title}>
      <Field
        label={t().ready.name}
        name="name"
        value={props.name}
        onInput={props.onName}
        hint={t().ready.nameHint}
        error={props.error}
        maxlength={200}
        autocomplete="off"
      />
      <dl class="ready-facts">
        <Fact label={t().ready.what} onChange={() => props.onGo('what')}>
          <For each={props.body.source_dirs}>{(folder) => <span>{folder}</span>}</For>
        </Fact>
        <Fact label={t().ready.where} onChange={() => props.onGo('where')}>
          <span>{props.where}</span>
        </Fact>
      </dl>
      <div class="ready-preview">
        <h3 class="label">{t().ready.counted}</h3>
        <Suspense fallback={<Skeleton lines={3} />}>
          <JobPreview draft={nameless()} auto />
        </Suspense>
      </div>
    </Card>
  );
}

function Fact(props: { label: string; onChange: () => void; children: JSX.Element }) {
  return (
    <div class="ready-fact">
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
      <dd class="ready-change">
        <button type="button" class="link" aria-label={t().ready.change(props.label)} onClick={() => props.onChange()}>
          {t().ready.changeShort}
        </button>
      </dd>
    </div>
  );
}
