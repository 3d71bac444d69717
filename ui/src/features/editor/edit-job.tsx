import { useParams } from '@solidjs/router';
import { createEffect, on, Show } from 'solid-js';
import { ApiError } from '../../api/client.ts';
import { getJob } from '../../api/jobs.ts';
import { listSchedules } from '../../api/schedules.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { t as base } from '../../i18n/base.ts';
import { editorText as t } from '../../i18n/editor.ts';
import { Editor } from './editor.tsx';
import { createLook } from './look.ts';

/** null: there is no such job. */
const load = async (id: number) => {
  try {
    const [job, schedules] = await Promise.all([getJob(id), listSchedules(id)]);
    return { job, schedules };
  } catch (thrown) {
    if (thrown instanceof ApiError && (thrown.status === 404 || thrown.status === 400)) return null;
    throw thrown;
  }
};

/** The editor of a saved job, with all of it as the box has it now. */
export function EditJob() {
  const params = useParams<{ id: string }>();
  const look = createLook(load);
  const ask = () => look.ask(Number(params.id));
  createEffect(on(() => params.id, ask));
  const found = () => {
    const answer = look.answer();
    return answer?.asked === Number(params.id) ? answer : null;
  };
  const back = () => ({ href: '/jobs', label: t().backToJobs });
  return (
    <Show
      when={found()}
      keyed
      fallback={
        <Show when={look.problem()} fallback={<Skeleton lines={8} />}>
          <PageHeader title={t().failed} back={back()} lead={look.problem()} />
          <div>
            <Button kind="primary" busy={look.busy()} onClick={ask}>
              {base().actions.retry}
            </Button>
          </div>
        </Show>
      }
    >
      {(answer) =>
        answer.found ? (
          <Editor loaded={answer.found} onReload={ask} />
        ) : (
          <>
            <PageHeader title={t().goneTitle} lead={t().gone} />
            <div>
              <ButtonLink kind="primary" href="/jobs">
                {t().backToJobs}
              </ButtonLink>
            </div>
          </>
        )
      }
    </Show>
  );
}
