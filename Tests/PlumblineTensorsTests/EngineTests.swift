import Foundation
import PlumblineTensors
import XCTest

/// The engine has one owner.
///
/// That a second thread stops the program is in ``RefusalTests``.
final class EngineTests: XCTestCase {
    func testASecondThreadDoesNotOwnTheEngine() {
        XCTAssertTrue(Engine.acquire())
        XCTAssertFalse(onAnotherThread { Engine.acquire() })
        XCTAssertTrue(Engine.acquire())
    }

    func testTheEngineIsHandedOver() {
        XCTAssertTrue(Engine.acquire())
        Engine.handOver()
        let values = onAnotherThread {
            let values = (Tensor.ones([3]) + 1).values
            Engine.handOver()
            return values
        }
        XCTAssertEqual(values, [2, 2, 2])
        XCTAssertTrue(Engine.acquire())
    }

    func testAThreadThatEndsGivesTheEngineUp() {
        Engine.handOver()
        XCTAssertEqual(onAnotherThread { (Tensor.ones([1]) + 1).item }, 2)
        XCTAssertEqual((Tensor.ones([1]) + 2).item, 3)
    }

    func testASecondThreadMayWorkOnPlainArrays() {
        XCTAssertTrue(Engine.acquire())
        let resized = onAnotherThread {
            var out = [Float](repeating: 0, count: 4)
            LinearMap.bilinear(from: 2, to: 4).apply([0, 4], outer: 1, inner: 1, into: &out)
            return out
        }
        XCTAssertEqual(resized, [0, 1, 3, 4])
    }

    private final class Box<Value>: @unchecked Sendable { var value: Value? }

    /// The result of `body` on a thread that has ended when this returns.
    private func onAnotherThread<Value>(_ body: @escaping @Sendable () -> Value) -> Value {
        let box = Box<Value>()
        var thread = pthread_t()
        let task = Box<() -> Void>()
        task.value = { box.value = body() }
        let status = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Box<() -> Void>>.fromOpaque(argument!).takeRetainedValue().value!()
                return nil
            }, Unmanaged.passRetained(task).toOpaque())
        XCTAssertEqual(status, 0)
        pthread_join(thread, nil)
        return box.value!
    }
}
