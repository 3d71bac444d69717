import { PageHeader } from '../../components/page-header.tsx';
import { t } from '../../i18n/base.ts';

/** An address the page does not know. */
export function NotHere() {
  return (
    <>
      <PageHeader title={t().home.notHereTitle} />
      <p>
        <a href="/">{t().home.notHereLink}</a>
      </p>
    </>
  );
}
