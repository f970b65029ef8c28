import { useEffect, useRef } from 'react';
import 'consentry/banner';
import { client } from './client.js';

export function Privacy({ onDecision }) {
  const banner = useRef(null);
  // By hand: on an element that a server has rendered React sets neither properties nor listeners.
  useEffect(() => {
    const element = banner.current;
    element.client = client;
    element.addEventListener('consentry-decision', onDecision);
    return () => element.removeEventListener('consentry-decision', onDecision);
  }, [onDecision]);
  return <consentry-banner ref={banner} policy-url="/privacy" />;
}
