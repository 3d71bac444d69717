import { Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import type { Page } from './find.ts';

/** Leafs through a long list; nothing where one page holds all. */
export function Pages(props: { page: Page<unknown>; all: number; onPage: (page: number) => void }) {
  return (
    <Show when={props.page.pages > 1}>
      <nav class="pages" aria-label={t().pages.label}>
        <Button kind="quiet" disabled={props.page.page === 0} onClick={() => props.onPage(props.page.page - 1)}>
          {t().pages.previous}
        </Button>
        <p class="soft small" role="status">
          {t().pages.range(props.page.from, props.page.to, props.all)}
        </p>
        <Button
          kind="quiet"
          disabled={props.page.page === props.page.pages - 1}
          onClick={() => props.onPage(props.page.page + 1)}
        >
          {t().pages.next}
        </Button>
      </nav>
    </Show>
  );
}
